{{/*
Refuses all traffic of an app but its flows, in both directions. Probes come from the node of a pod, which no policy can
refuse. A flow of egress stands here only when the app is told to use it.
*/}}
{{- define "sigmalang.networkPolicy" -}}
{{- $policy := mergeOverwrite (deepCopy .Values.networkPolicy) (deepCopy ((.Values.global | default dict).networkPolicy | default dict)) -}}
{{- $settings := include "sigmalang.settingsOf" . | fromYaml -}}
{{- if $policy.enabled -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "sigmalang.fullname" . }}
  labels:
    {{- include "sigmalang.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "sigmalang.selectorLabels" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- if .App.http }}
    {{- include "sigmalang.flow" (dict "direction" "from" "peers" (append $policy.clients (include "sigmalang.testPeer" . | fromYaml)) "port" 8000) | nindent 4 }}
    {{- end }}
    {{- include "sigmalang.flow" (dict "direction" "from" "peers" (append $policy.monitoring (include "sigmalang.testPeer" . | fromYaml)) "port" 9090) | nindent 4 }}
  egress:
    {{- include "sigmalang.dnsFlow" $policy.dns | nindent 4 }}
    {{- if .App.nats }}
    {{- include "sigmalang.flow" (dict "direction" "to" "peers" $policy.nats.peers "port" $policy.nats.port) | nindent 4 }}
    {{- end }}
    {{- if $settings.natsMonitoringUrls }}
    {{- include "sigmalang.flow" (dict "direction" "to" "peers" $policy.nats.peers "port" $policy.nats.monitoringPort) | nindent 4 }}
    {{- end }}
    {{- if include "sigmalang.hasSecret" (list . "databaseUrl") }}
    {{- include "sigmalang.flow" (dict "direction" "to" "peers" $policy.postgresql.peers "port" $policy.postgresql.port) | nindent 4 }}
    {{- end }}
    {{- if include "sigmalang.hasSecret" (list . "redisUrl") }}
    {{- include "sigmalang.flow" (dict "direction" "to" "peers" $policy.redis.peers "port" $policy.redis.port) | nindent 4 }}
    {{- end }}
    {{- if $settings.jwtJwksUrl }}
    {{- include "sigmalang.flow" (dict "direction" "to" "peers" $policy.keySet.peers "port" $policy.keySet.port) | nindent 4 }}
    {{- end }}
    {{- if and (or $settings.otelExporterOtlpEndpoint $settings.otelExporterOtlpTracesEndpoint) (not $settings.otelSdkDisabled) }}
    {{- include "sigmalang.flow" (dict "direction" "to" "peers" $policy.traces.peers "port" $policy.traces.port) | nindent 4 }}
    {{- end }}
    {{- if .Values.vault.enabled }}
    {{- include "sigmalang.flow" (dict "direction" "to" "peers" $policy.vault.peers "port" $policy.vault.port) | nindent 4 }}
    {{- end }}
---
{{ include "sigmalang.testPolicy" (dict "Scope" . "dns" $policy.dns "vault" $policy.vault) }}
{{- end -}}
{{- end -}}

{{/* One rule: peers and a TCP port. Takes direction (from or to), peers and port. */}}
{{- define "sigmalang.flow" -}}
- {{ .direction }}:
    {{- required "peers of a flow of networkPolicy are missing" .peers | toYaml | nindent 4 }}
  ports:
    - protocol: TCP
      port: {{ .port }}
{{- end -}}

{{- define "sigmalang.dnsFlow" -}}
- to:
    {{- required "peers of a flow of networkPolicy are missing" .peers | toYaml | nindent 4 }}
  ports:
    - protocol: UDP
      port: {{ .port }}
    - protocol: TCP
      port: {{ .port }}
{{- end -}}

{{/* The pod of `helm test` of this app. */}}
{{- define "sigmalang.testLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}-test
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "sigmalang.testPeer" -}}
podSelector:
  matchLabels:
    {{- include "sigmalang.testLabels" . | nindent 4 }}
{{- end -}}

{{- define "sigmalang.testPolicy" -}}
{{- $scope := .Scope -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "sigmalang.fullname" $scope }}-test
  labels:
    {{- include "sigmalang.testLabels" $scope | nindent 4 }}
    {{- include "sigmalang.chartLabels" $scope | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "sigmalang.testLabels" $scope | nindent 6 }}
  policyTypes: [Ingress, Egress]
  egress:
    {{- include "sigmalang.dnsFlow" .dns | nindent 4 }}
    - to:
        - podSelector:
            matchLabels:
              {{- include "sigmalang.selectorLabels" $scope | nindent 14 }}
      ports:
        {{- if $scope.App.http }}
        - protocol: TCP
          port: 8000
        {{- end }}
        - protocol: TCP
          port: 9090
    {{- if and $scope.App.http $scope.Values.vault.enabled }}
    {{- include "sigmalang.flow" (dict "direction" "to" "peers" .vault.peers "port" .vault.port) | nindent 4 }}
    {{- end }}
{{- end -}}
