{{/*
A single server for evaluation: its Service, its NetworkPolicy, and the StatefulSet around its container. Takes a dict:
  context    the umbrella's own context
  name       nats, redis or postgresql
  ports      names and numbers
  user       and group ids it runs as
  container  what is particular of its container, in YAML
  volumes    of the pod, in YAML
  claims     volume claim templates, in YAML
  checksum   of what its configuration says
*/}}
{{- define "umbrella.evaluationServer" -}}
{{- $values := index .context.Values .name -}}
{{- $part := dict "context" .context "name" .name -}}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .context.Release.Name }}-{{ .name }}
  labels:
    {{- include "umbrella.labels" $part | nindent 4 }}
spec:
  selector:
    {{- include "umbrella.selectorLabels" $part | nindent 4 }}
  ports:
    {{- range $name, $port := .ports }}
    - name: {{ $name }}
      port: {{ $port }}
      targetPort: {{ $name }}
    {{- end }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .context.Release.Name }}-{{ .name }}
  labels:
    {{- include "umbrella.labels" $part | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "umbrella.selectorLabels" $part | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- range $name, $port := .ports }}
    - from:
        - podSelector:
            matchExpressions:
              - key: app.kubernetes.io/name
                operator: In
                values: {{ index $.clients $name | toJson }}
            matchLabels:
              app.kubernetes.io/instance: {{ $.context.Release.Name }}
      ports:
        - protocol: TCP
          port: {{ $port }}
    {{- end }}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .context.Release.Name }}-{{ .name }}
  labels:
    {{- include "umbrella.labels" $part | nindent 4 }}
spec:
  replicas: 1
  serviceName: {{ .context.Release.Name }}-{{ .name }}
  selector:
    matchLabels:
      {{- include "umbrella.selectorLabels" $part | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "umbrella.selectorLabels" $part | nindent 8 }}
        app.kubernetes.io/part-of: sigmalang
      {{- with .checksum }}
      annotations:
        checksum/settings: {{ . }}
      {{- end }}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      {{- include "sigmalang.imagePullSecrets" (dict "Values" (dict "global" .context.Values.global)) | nindent 6 | trimSuffix "\n      " }}
      securityContext:
        {{- include "umbrella.securityContext" . | nindent 8 }}
      containers:
        - name: {{ .name }}
          image: {{ include "umbrella.image" (dict "context" .context "image" $values.image) }}
          {{- .container | nindent 10 }}
          ports:
            {{- range $name, $port := .ports }}
            - name: {{ $name }}
              containerPort: {{ $port }}
            {{- end }}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          securityContext:
            {{- include "sigmalang.containerSecurityContext" . | nindent 12 }}
      volumes:
        {{- .volumes | nindent 8 }}
  {{- with .claims }}
  volumeClaimTemplates:
    {{- . | nindent 4 }}
  {{- end }}
{{- end -}}
