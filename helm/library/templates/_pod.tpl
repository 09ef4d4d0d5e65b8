{{/* What every pod of the project runs as. */}}
{{- define "sigmalang.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "sigmalang.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "sigmalang.podSpec" -}}
{{- $values := .Values -}}
serviceAccountName: {{ include "sigmalang.serviceAccountName" . }}
automountServiceAccountToken: {{ $values.vault.enabled }}
enableServiceLinks: false
{{- include "sigmalang.imagePullSecrets" . }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
terminationGracePeriodSeconds: {{ add $values.preStopSleepSeconds (include "sigmalang.shutdownSeconds" .) 10 }}
securityContext:
  {{- include "sigmalang.podSecurityContext" . | nindent 2 }}
containers:
  - name: {{ .Chart.Name }}
    image: {{ include "sigmalang.image" . }}
    imagePullPolicy: {{ $values.image.pullPolicy }}
    envFrom:
      - configMapRef:
          name: {{ include "sigmalang.fullname" . }}
    {{- $environment := include "sigmalang.secretEnvironment" . | trim }}
    {{- if or $environment $values.extraEnv }}
    env:
      {{- with $environment }}
      {{- . | nindent 6 }}
      {{- end }}
      {{- with $values.extraEnv }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    {{- end }}
    ports:
      {{- if .App.http }}
      - name: http
        containerPort: 8000
      {{- end }}
      - name: management
        containerPort: 9090
    {{- include "sigmalang.probes" . | nindent 4 }}
    {{- if $values.preStopSleepSeconds }}
    lifecycle:
      preStop:
        sleep:
          seconds: {{ $values.preStopSleepSeconds }}
    {{- end }}
    resources:
      {{- toYaml $values.resources | nindent 6 }}
    securityContext:
      {{- include "sigmalang.containerSecurityContext" . | nindent 6 }}
    volumeMounts:
      - name: data
        mountPath: /data
      - name: tmp
        mountPath: /tmp
      {{- if $values.natsTls.secretName }}
      - name: nats-tls
        mountPath: /etc/sigmalang/nats-tls
        readOnly: true
      {{- end }}
      {{- with $values.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
volumes:
  {{- include "sigmalang.volumes" . | nindent 2 }}
{{- include "sigmalang.placement" . }}
{{- end -}}

{{/* Liveness asks only whether the process answers: what it depends on may be away without a restart that would not help. */}}
{{- define "sigmalang.probes" -}}
startupProbe:
  httpGet:
    path: /health/live
    port: management
  periodSeconds: 1
  timeoutSeconds: 1
  failureThreshold: {{ .Values.probes.startupSeconds }}
readinessProbe:
  httpGet:
    path: /health/ready
    port: management
  periodSeconds: {{ .Values.probes.readinessPeriodSeconds }}
  timeoutSeconds: {{ .Values.probes.timeoutSeconds }}
  failureThreshold: 2
livenessProbe:
  httpGet:
    path: /health/live
    port: management
  periodSeconds: 10
  timeoutSeconds: {{ .Values.probes.timeoutSeconds }}
  failureThreshold: {{ .Values.probes.livenessFailures }}
{{- end -}}

{{- define "sigmalang.volumes" -}}
{{- $data := .Values.data -}}
{{- if eq $data.type "emptyDir" }}
- name: data
  emptyDir:
    sizeLimit: {{ $data.size }}
{{- else if eq $data.type "claim" }}
- name: data
  persistentVolumeClaim:
    claimName: {{ include "sigmalang.fullname" . }}-data
{{- else if eq $data.type "existingClaim" }}
- name: data
  persistentVolumeClaim:
    claimName: {{ required "data.existingClaim is missing" $data.existingClaim }}
{{- end }}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- if .Values.natsTls.secretName }}
- name: nats-tls
  secret:
    secretName: {{ .Values.natsTls.secretName }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "sigmalang.placement" -}}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- $selector := include "sigmalang.selectorLabels" . }}
{{- if ne .Values.antiAffinity "off" }}
affinity:
  podAntiAffinity:
    {{- if eq .Values.antiAffinity "required" }}
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- $selector | nindent 12 }}
    {{- else }}
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- $selector | nindent 14 }}
    {{- end }}
{{- end }}
{{- if .Values.topologySpread.enabled }}
topologySpreadConstraints:
  - maxSkew: {{ .Values.topologySpread.maxSkew }}
    topologyKey: {{ .Values.topologySpread.topologyKey }}
    whenUnsatisfiable: {{ .Values.topologySpread.whenUnsatisfiable }}
    labelSelector:
      matchLabels:
        {{- $selector | nindent 8 }}
{{- end }}
{{- end -}}
