{{/* What the objects of an app are called: the release, or the release and the app. */}}
{{- define "sigmalang.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name -}}
{{- end -}}
{{- end -}}

{{/* What selects pods. It never changes between versions, since selectors cannot be changed. */}}
{{- define "sigmalang.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "sigmalang.labels" -}}
{{ include "sigmalang.selectorLabels" . }}
{{ include "sigmalang.chartLabels" . }}
{{- end -}}

{{/* What stands on every object beside what selects it. */}}
{{- define "sigmalang.chartLabels" -}}
app.kubernetes.io/part-of: sigmalang
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "sigmalang.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "sigmalang.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/* The image: `global` of the umbrella names the registry and the tag of all apps at once. */}}
{{- define "sigmalang.image" -}}
{{- $global := .Values.global | default dict -}}
{{- $image := .Values.image -}}
{{- $registry := $global.imageRegistry | default $image.registry -}}
{{- $name := printf "%s%s" (empty $registry | ternary "" (printf "%s/" $registry)) $image.repository -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $name $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name ($image.tag | default $global.imageTag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "sigmalang.imagePullSecrets" -}}
{{- $global := .Values.global | default dict -}}
{{- with concat ($global.imagePullSecrets | default list) (.Values.imagePullSecrets | default list) | uniq }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end -}}
