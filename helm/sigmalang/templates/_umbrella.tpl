{{/* Labels of what the umbrella itself installs. Takes a dict of context and name. */}}
{{- define "umbrella.selectorLabels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .context.Release.Name }}
{{- end -}}

{{- define "umbrella.labels" -}}
{{ include "umbrella.selectorLabels" . }}
{{ include "sigmalang.chartLabels" .context }}
{{- end -}}

{{/* Whether the database, or the Secret that says where it is, comes with the release itself and so only after its first objects. */}}
{{- define "umbrella.migrationHooks" -}}
{{- or .Values.postgresql.enabled .Values.externalSecrets.enabled | ternary "post-install,pre-upgrade" "pre-install,pre-upgrade" -}}
{{- end -}}

{{/* Name of the claim of backups. */}}
{{- define "umbrella.backupClaim" -}}
{{- .Values.backup.volume.existingClaim | default (printf "%s-backup" .Release.Name) -}}
{{- end -}}

{{/* Where an evaluation server runs as who. Takes user and group ids. */}}
{{- define "umbrella.securityContext" -}}
runAsNonRoot: true
runAsUser: {{ .user }}
runAsGroup: {{ .group }}
fsGroup: {{ .group }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* Image of an evaluation server, of the registry of all images. */}}
{{- define "umbrella.image" -}}
{{- $registry := .context.Values.global.imageRegistry -}}
{{- printf "%s%s:%s" (empty $registry | ternary "" (printf "%s/" $registry)) .image.repository .image.tag -}}
{{- end -}}

{{/* The scope that the library's templates take for what works on the database. */}}
{{- define "umbrella.databaseValues" -}}
{{- $none := dict "enabled" false "remote" dict -}}
{{- dict "global" .Values.global "image" .Values.database.image "imagePullSecrets" list "secrets" (dict "databaseUrl" .Values.database.url) "vault" .Values.database.vault "externalSecrets" $none "fullnameOverride" "" | toYaml -}}
{{- end -}}
