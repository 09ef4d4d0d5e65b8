{{/*
The pod of a Job that works on the database. Takes a dict:
  context  the umbrella's own context
  name     of the container
  arguments of Node
  timeout  in seconds
  backups  whether the volume of backups is mounted
*/}}
{{- define "umbrella.databasePod" -}}
{{- $database := .context.Values.database -}}
{{- $scope := dict "Values" (include "umbrella.databaseValues" .context | fromYaml) "Chart" .context.Chart "Release" .context.Release -}}
metadata:
  labels:
    {{- include "umbrella.selectorLabels" (dict "context" .context "name" .name) | nindent 4 }}
    app.kubernetes.io/part-of: sigmalang
  {{- with include "sigmalang.vaultAnnotations" $scope | trim }}
  annotations:
    {{- . | nindent 4 }}
  {{- end }}
spec:
  restartPolicy: Never
  serviceAccountName: {{ $database.serviceAccountName }}
  automountServiceAccountToken: {{ $database.vault.enabled }}
  enableServiceLinks: false
  {{- include "sigmalang.imagePullSecrets" $scope | nindent 2 | trimSuffix "\n  " }}
  securityContext:
    {{- include "sigmalang.podSecurityContext" . | nindent 4 }}
  containers:
    - name: {{ .name }}
      image: {{ include "sigmalang.image" $scope }}
      imagePullPolicy: {{ $database.image.pullPolicy }}
      command: [/app/bin/node]
      args:
        {{- toYaml .arguments | nindent 8 }}
      env:
        - name: DATA_DIR
          value: /data
        {{- include "sigmalang.secretEnvironment" $scope | trim | nindent 8 }}
      resources:
        {{- toYaml $database.resources | nindent 8 }}
      securityContext:
        {{- include "sigmalang.containerSecurityContext" . | nindent 8 }}
      volumeMounts:
        - name: data
          mountPath: /data
        - name: tmp
          mountPath: /tmp
        {{- if .backups }}
        - name: backups
          mountPath: /backups
        {{- end }}
  volumes:
    - name: data
      emptyDir:
        sizeLimit: 64Mi
    - name: tmp
      emptyDir:
        sizeLimit: 64Mi
    {{- if .backups }}
    - name: backups
      persistentVolumeClaim:
        claimName: {{ include "umbrella.backupClaim" .context }}
    {{- end }}
  {{- with $database.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $database.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* What such a pod may reach. Takes context, name, and the annotations of a hook where it is one. */}}
{{- define "umbrella.databasePolicy" -}}
{{- $defaults := index .context.Values "sigmalang-library" "exports" "defaults" "networkPolicy" -}}
{{- $policy := mergeOverwrite (deepCopy $defaults) (deepCopy .context.Values.global.networkPolicy) -}}
{{- if $policy.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .context.Release.Name }}-{{ .name }}
  labels:
    {{- include "umbrella.labels" . | nindent 4 }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  podSelector:
    matchLabels:
      {{- include "umbrella.selectorLabels" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  egress:
    {{- include "sigmalang.dnsFlow" $policy.dns | nindent 4 }}
    {{- include "sigmalang.flow" (dict "direction" "to" "peers" $policy.postgresql.peers "port" $policy.postgresql.port) | nindent 4 }}
    {{- if .context.Values.database.vault.enabled }}
    {{- include "sigmalang.flow" (dict "direction" "to" "peers" $policy.vault.peers "port" $policy.vault.port) | nindent 4 }}
    {{- end }}
{{- end }}
{{- end -}}
