{{- define "sigmalang.workload" -}}
{{- $values := .Values -}}
apiVersion: apps/v1
kind: {{ .App.kind }}
metadata:
  name: {{ include "sigmalang.fullname" . }}
  labels:
    {{- include "sigmalang.labels" . | nindent 4 }}
spec:
  {{- if not $values.autoscaling.enabled }}
  replicas: {{ $values.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  selector:
    matchLabels:
      {{- include "sigmalang.selectorLabels" . | nindent 6 }}
  {{- if eq .App.kind "StatefulSet" }}
  serviceName: {{ include "sigmalang.fullname" . }}
  podManagementPolicy: Parallel
  updateStrategy:
    type: RollingUpdate
  {{- else if include "sigmalang.isVolumeOfOneNode" . }}
  strategy:
    type: Recreate
  {{- else }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 1
  {{- end }}
  template:
    metadata:
      labels:
        {{- include "sigmalang.selectorLabels" . | nindent 8 }}
        app.kubernetes.io/part-of: sigmalang
        {{- with $values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        checksum/settings: {{ include "sigmalang.environment" . | sha256sum }}
        {{- include "sigmalang.vaultAnnotations" . | nindent 8 | trimSuffix "\n" }}
        {{- with $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      {{- include "sigmalang.podSpec" . | nindent 6 }}
  {{- if eq $values.data.type "claimPerReplica" }}
  volumeClaimTemplates:
    - apiVersion: v1
      kind: PersistentVolumeClaim
      metadata:
        name: data
      spec:
        {{- include "sigmalang.claimSpec" . | nindent 8 }}
  {{- end }}
{{- end -}}

{{/* Whether the replicas of a Deployment share a volume that only one node, or one pod, can have. */}}
{{- define "sigmalang.isVolumeOfOneNode" -}}
{{- if and (eq .App.kind "Deployment") (has .Values.data.type (list "claim" "existingClaim")) (ne .Values.data.accessMode "ReadWriteMany") -}}
true
{{- end -}}
{{- end -}}

{{- define "sigmalang.claimSpec" -}}
accessModes: [{{ .Values.data.accessMode }}]
{{- with .Values.data.storageClassName }}
storageClassName: {{ . }}
{{- end }}
resources:
  requests:
    storage: {{ .Values.data.size }}
{{- end -}}

{{/* The volume that the replicas of a Deployment share. It outlives the release, since it holds what cannot be made anew. */}}
{{- define "sigmalang.claim" -}}
{{- if eq .Values.data.type "claim" -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ include "sigmalang.fullname" . }}-data
  labels:
    {{- include "sigmalang.labels" . | nindent 4 }}
  annotations:
    helm.sh/resource-policy: keep
spec:
  {{- include "sigmalang.claimSpec" . | nindent 2 }}
{{- end -}}
{{- end -}}

{{- define "sigmalang.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "sigmalang.serviceAccountName" . }}
  labels:
    {{- include "sigmalang.labels" . | nindent 4 }}
  {{- with .Values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}
{{- end -}}
