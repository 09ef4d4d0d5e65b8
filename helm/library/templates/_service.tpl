{{- define "sigmalang.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "sigmalang.fullname" . }}
  labels:
    {{- include "sigmalang.labels" . | nindent 4 }}
  {{- with .Values.service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: ClusterIP
  selector:
    {{- include "sigmalang.selectorLabels" . | nindent 4 }}
  ports:
    {{- if .App.http }}
    - name: http
      port: 8000
      targetPort: http
      appProtocol: http
    {{- end }}
    - name: management
      port: 9090
      targetPort: management
      appProtocol: http
{{- end -}}

{{- define "sigmalang.serviceMonitor" -}}
{{- $monitor := mergeOverwrite (deepCopy .Values.serviceMonitor) (deepCopy ((.Values.global | default dict).serviceMonitor | default dict)) -}}
{{- if $monitor.enabled -}}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: {{ include "sigmalang.fullname" . }}
  labels:
    {{- include "sigmalang.labels" . | nindent 4 }}
    {{- with $monitor.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  selector:
    matchLabels:
      {{- include "sigmalang.selectorLabels" . | nindent 6 }}
  endpoints:
    - port: management
      path: /metrics
      interval: {{ $monitor.interval }}
      scrapeTimeout: {{ $monitor.scrapeTimeout }}
      honorLabels: true {{- /* the label `service` of ours names who is called, and not the Service */}}
      relabelings:
        - targetLabel: job
          replacement: sigmalang-{{ .Chart.Name }}
        # In metrics of the processes `service` is whom they call; that of the target would take its place.
        - action: labeldrop
          regex: service
{{- end -}}
{{- end -}}

{{- define "sigmalang.ingress" -}}
{{- if and .App.http .Values.ingress.enabled -}}
{{- $ingress := .Values.ingress -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ include "sigmalang.fullname" . }}
  labels:
    {{- include "sigmalang.labels" . | nindent 4 }}
  {{- $annotations := deepCopy $ingress.annotations }}
  {{- with $ingress.certManager.clusterIssuer }}{{ $_ := set $annotations "cert-manager.io/cluster-issuer" . }}{{ end }}
  {{- with $ingress.certManager.issuer }}{{ $_ := set $annotations "cert-manager.io/issuer" . }}{{ end }}
  {{- with $annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with $ingress.className }}
  ingressClassName: {{ . }}
  {{- end }}
  rules:
    {{- range $host := $ingress.hosts }}
    - host: {{ $host | quote }}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {{ include "sigmalang.fullname" $ }}
                port:
                  name: http
    {{- end }}
  {{- with $ingress.tlsSecretName }}
  tls:
    - secretName: {{ . }}
      hosts:
        {{- toYaml $ingress.hosts | nindent 8 }}
  {{- end }}
{{- end -}}
{{- end -}}

{{/* TLS of a route is its Gateway's: the annotations for cert-manager stand there. */}}
{{- define "sigmalang.route" -}}
{{- if and .App.http .Values.httpRoute.enabled -}}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {{ include "sigmalang.fullname" . }}
  labels:
    {{- include "sigmalang.labels" . | nindent 4 }}
spec:
  parentRefs:
    {{- toYaml .Values.httpRoute.parentRefs | nindent 4 }}
  {{- with .Values.httpRoute.hostnames }}
  hostnames:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  rules:
    - matches:
        - path:
            type: PathPrefix
            value: /
      backendRefs:
        - name: {{ include "sigmalang.fullname" . }}
          port: 8000
{{- end -}}
{{- end -}}
