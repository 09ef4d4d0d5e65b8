{{/*
All objects of an app. Takes a dict:
  context  the chart's own context (`.`)
  kind     Deployment or StatefulSet
  http     whether it serves the REST API
  nats     whether it talks over NATS
*/}}
{{- define "sigmalang.app" -}}
{{- $context := .context -}}
{{- if not (hasKey $context.Values "podDisruptionBudget") -}}
{{- fail (printf "%s: the library chart is missing in charts/" $context.Chart.Name) -}}
{{- end -}}
{{- $app := dict "kind" .kind "http" (.http | default false) "nats" .nats -}}
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
{{- if and (eq $data.type "claim") (eq $data.accessMode "ReadWriteOnce") (gt $replicas 1) -}}
{{- fail (printf "%s: %d replicas share one volume, so data.accessMode must be ReadWriteMany" .Chart.Name $replicas) -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) -}}
{{- fail (printf "%s: autoscaling.minReplicas is more than autoscaling.maxReplicas" .Chart.Name) -}}
{{- end -}}
{{- range $field, $reference := .Values.secrets -}}
{{- if and $reference (hasKey (include "sigmalang.settingsOf" $ | fromYaml) $field) -}}
{{- fail (printf "%s: %s stands in settings and in secrets" $.Chart.Name $field) -}}
{{- end -}}
{{- end -}}
{{- end -}}
