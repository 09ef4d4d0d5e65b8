{{/*
All objects of an app. Takes a dict:
  context  the chart's own context (`.`)
  kind     Deployment or StatefulSet
  http     whether it serves the REST API
  nats     whether it talks over NATS
  shared   whether what is in DATA_DIR is the same for all replicas
*/}}
{{- define "sigmalang.app" -}}
{{- $context := .context -}}
{{- if not (hasKey $context.Values "podDisruptionBudget") -}}
{{- fail (printf "%s: the library chart is missing in charts/" $context.Chart.Name) -}}
{{- end -}}
{{- $app := dict "kind" .kind "http" (.http | default false) "nats" .nats "shared" (.shared | default false) -}}
{{- $scope := dict "App" $app "Values" $context.Values "Release" $context.Release "Chart" $context.Chart "Capabilities" $context.Capabilities "Template" $context.Template -}}
{{- include "sigmalang.checks" $scope -}}
{{- range $part := list "serviceAccount" "settings" "externalSecret" "claim" "workload" "service" "autoscaler" "disruptionBudget" "networkPolicy" "serviceMonitor" "ingress" "route" "test" -}}
{{- with include (printf "sigmalang.%s" $part) $scope | trim }}
---
{{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{/* What no schema can refuse. */}}
{{- define "sigmalang.checks" -}}
{{- $replicas := .Values.autoscaling.enabled | ternary .Values.autoscaling.maxReplicas .Values.replicas | int -}}
{{- $data := .Values.data -}}
{{- if and (include "sigmalang.isVolumeOfOneNode" .) (gt $replicas 1) -}}
{{- fail (printf "%s: %d replicas share one volume, so data.accessMode must be ReadWriteMany" .Chart.Name $replicas) -}}
{{- end -}}
{{- if and .App.shared (eq $data.type "emptyDir") (gt $replicas 1) -}}
{{- fail (printf "%s: %d replicas need one volume, so data.type cannot be emptyDir" .Chart.Name $replicas) -}}
{{- end -}}
{{- range $label, $_ := .Values.podLabels -}}
{{- if hasPrefix "app.kubernetes.io/" $label -}}
{{- fail (printf "%s: podLabels cannot set %s, by which pods are found" $.Chart.Name $label) -}}
{{- end -}}
{{- end -}}
{{- if gt (len .Release.Name) 40 -}}
{{- fail (printf "%s: the name of the release has more than 40 characters" .Chart.Name) -}}
{{- end -}}
{{- if gt (len .Values.fullnameOverride) 52 -}}
{{- fail (printf "%s: fullnameOverride has more than 52 characters" .Chart.Name) -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) -}}
{{- fail (printf "%s: autoscaling.minReplicas is more than autoscaling.maxReplicas" .Chart.Name) -}}
{{- end -}}
{{- range $field, $value := include "sigmalang.settingsOf" . | fromYaml -}}
{{- if include "sigmalang.hasSecret" (list $ $field) -}}
{{- fail (printf "%s: %s stands in settings and in secrets" $.Chart.Name $field) -}}
{{- end -}}
{{- if regexMatch "://[^/,]*@" (toString $value) -}}
{{- fail (printf "%s: %s has credentials, which settings would put into a ConfigMap: give it by secrets" $.Chart.Name $field) -}}
{{- end -}}
{{- end -}}
{{- end -}}
