{{/* METRICS_PORT of metricsPort, as libs/runtime names them. */}}
{{- define "sigmalang.environmentName" -}}
{{- regexReplaceAll "([A-Z])" . "_${1}" | upper -}}
{{- end -}}

{{/* The settings of an app: what the umbrella says for all, and over that what is said for this one. */}}
{{- define "sigmalang.settingsOf" -}}
{{- $global := .Values.global | default dict -}}
{{- mergeOverwrite (deepCopy ($global.settings | default dict)) (deepCopy .Values.settings) | toYaml -}}
{{- end -}}

{{/* How many threads compute beside the one that serves: one fewer than the processors of the limit. */}}
{{- define "sigmalang.workerThreads" -}}
{{- $cpu := .Values.resources.limits.cpu | toString -}}
{{- $cores := hasSuffix "m" $cpu | ternary (divf (trimSuffix "m" $cpu | float64) 1000) ($cpu | float64) | ceil | int -}}
{{- max 1 (sub $cores 1) -}}
{{- end -}}

{{/* How long a process may take to stop after SIGTERM: as long as it serves on, and as requests in flight may take, in seconds. */}}
{{- define "sigmalang.shutdownSeconds" -}}
{{- $settings := include "sigmalang.settingsOf" . | fromYaml -}}
{{- $grace := hasKey $settings "shutdownGraceMs" | ternary $settings.shutdownGraceMs 30000 -}}
{{- divf (addf $grace ($settings.shutdownDelayMs | default 0)) 1000 | ceil | int -}}
{{- end -}}

{{/* The environment of an app, without what is secret. Strings are templates, so that they may name the release. */}}
{{- define "sigmalang.environment" -}}
{{- $environment := dict "HOST" "0.0.0.0" "METRICS_PORT" "9090" "DATA_DIR" "/data" "SHUTDOWN_GRACE_MS" "30000" "WORKER_THREADS" (include "sigmalang.workerThreads" .) -}}
{{- if .App.http -}}{{- $_ := set $environment "PORT" "8000" -}}{{- end -}}
{{- if and .App.nats (not (include "sigmalang.hasSecret" (list . "natsUrl"))) -}}{{- $_ := set $environment "NATS_URL" "nats://nats:4222" -}}{{- end -}}
{{- range $field, $value := include "sigmalang.settingsOf" . | fromYaml -}}
{{- $text := kindIs "string" $value | ternary (tpl ($value | toString) $) (toJson $value) -}}
{{- $_ := set $environment (include "sigmalang.environmentName" $field) $text -}}
{{- end -}}
{{- if .Values.natsTls.secretName -}}
{{- range $setting, $key := dict "NATS_TLS_CA" .Values.natsTls.caKey "NATS_TLS_CERT" .Values.natsTls.certKey "NATS_TLS_KEY" .Values.natsTls.keyKey -}}
{{- if $key -}}{{- $_ := set $environment $setting (printf "/etc/sigmalang/nats-tls/%s" $key) -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $environment -}}
{{- end -}}

{{- define "sigmalang.settings" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "sigmalang.fullname" . }}
  labels:
    {{- include "sigmalang.labels" . | nindent 4 }}
data:
  {{- include "sigmalang.environment" . | nindent 2 }}
{{- end -}}
