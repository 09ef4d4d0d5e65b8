{{/*
Secrets come by reference alone, each from one of three places: a Secret that exists (`secrets`), one that External Secrets
makes of its store (`externalSecrets.remote`), or a file that the agent of Vault writes (`vault.secrets`).
*/}}
{{- define "sigmalang.secretEnvironment" -}}
{{- $fullname := include "sigmalang.fullname" . -}}
{{- $remote := .Values.externalSecrets.enabled | ternary .Values.externalSecrets.remote dict -}}
{{- $vault := .Values.vault.enabled | ternary .Values.vault.secrets dict -}}
{{- range $field, $secret := .Values.secrets -}}
{{- if and $secret (not (hasKey $remote $field)) (not (hasKey $vault $field)) }}
- name: {{ include "sigmalang.environmentName" $field }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret.name }}
      key: {{ $secret.key }}
{{- end }}
{{- end }}
{{- range $field, $_ := $remote }}
{{- if not (hasKey $vault $field) }}
- name: {{ include "sigmalang.environmentName" $field }}
  valueFrom:
    secretKeyRef:
      name: {{ $fullname }}-external
      key: {{ $field }}
{{- end }}
{{- end }}
{{- range $field, $_ := $vault }}
- name: {{ include "sigmalang.environmentName" $field }}_FILE
  value: /vault/secrets/{{ $field }}
{{- end }}
{{- end -}}

{{/* Whether a secret is given at all, wherever it comes from: takes a list of the scope and a field. */}}
{{- define "sigmalang.hasSecret" -}}
{{- $values := (index . 0).Values -}}
{{- $field := index . 1 -}}
{{- if or (index $values.secrets $field) (and $values.externalSecrets.enabled (hasKey $values.externalSecrets.remote $field)) (and $values.vault.enabled (hasKey $values.vault.secrets $field)) -}}
true
{{- end -}}
{{- end -}}

{{- define "sigmalang.vaultAnnotations" -}}
{{- if .Values.vault.enabled }}
vault.hashicorp.com/agent-inject: "true"
vault.hashicorp.com/role: {{ .Values.vault.role | quote }}
vault.hashicorp.com/agent-pre-populate-only: {{ .Values.vault.prePopulateOnly | quote }}
vault.hashicorp.com/agent-run-as-same-user: "true"
{{- range $field, $secret := .Values.vault.secrets }}
vault.hashicorp.com/agent-inject-secret-{{ $field }}: {{ $secret.path | quote }}
vault.hashicorp.com/agent-inject-template-{{ $field }}: {{ printf "{{- with secret %q -}}{{ index .Data.data %q }}{{- end -}}" $secret.path $secret.key | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "sigmalang.externalSecret" -}}
{{- if .Values.externalSecrets.enabled -}}
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: {{ include "sigmalang.fullname" . }}-external
  labels:
    {{- include "sigmalang.labels" . | nindent 4 }}
spec:
  refreshInterval: {{ .Values.externalSecrets.refreshInterval }}
  secretStoreRef:
    kind: {{ .Values.externalSecrets.store.kind }}
    name: {{ .Values.externalSecrets.store.name }}
  target:
    name: {{ include "sigmalang.fullname" . }}-external
    creationPolicy: Owner
  data:
    {{- range $field, $remote := .Values.externalSecrets.remote }}
    - secretKey: {{ $field }}
      remoteRef:
        key: {{ $remote.key | quote }}
        {{- with $remote.property }}
        property: {{ . | quote }}
        {{- end }}
    {{- end }}
{{- end -}}
{{- end -}}
