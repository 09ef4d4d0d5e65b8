{{/* `helm test`: asks the app through its Service, with the Node of its own image. */}}
{{- define "sigmalang.test" -}}
{{- $asking := include "sigmalang.onlyAdminKey" . | fromYaml | dict "Chart" .Chart "Release" .Release "Values" -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "sigmalang.fullname" . }}-test
  labels:
    {{- include "sigmalang.testLabels" . | nindent 4 }}
    {{- include "sigmalang.chartLabels" . | nindent 4 }}
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
    {{- if .App.http }}
    {{- include "sigmalang.vaultAnnotations" $asking | nindent 4 | trimSuffix "\n" }}
    {{- end }}
spec:
  restartPolicy: Never
  serviceAccountName: {{ include "sigmalang.serviceAccountName" . }}
  automountServiceAccountToken: {{ and .App.http (hasKey $asking.Values.vault.secrets "adminKey") }}
  enableServiceLinks: false
  {{- include "sigmalang.imagePullSecrets" . | nindent 2 | trimSuffix "\n" }}
  securityContext:
    {{- include "sigmalang.podSecurityContext" . | nindent 4 }}
  containers:
    - name: test
      image: {{ include "sigmalang.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      command: [/app/bin/node, --input-type=module, --eval]
      args:
        - |
          {{- include "sigmalang.testProgram" . | nindent 10 }}
      env:
        - name: MANAGEMENT
          value: http://{{ include "sigmalang.fullname" . }}:9090
        {{- if .App.http }}
        - name: API
          value: http://{{ include "sigmalang.fullname" . }}:8000
        {{- end }}
        {{- if .App.http }}
        {{- include "sigmalang.secretEnvironment" $asking | nindent 8 | trimSuffix "\n" }}
        {{- end }}
      resources:
        requests: {cpu: 50m, memory: 64Mi}
        limits: {cpu: 500m, memory: 128Mi}
      securityContext:
        {{- include "sigmalang.containerSecurityContext" . | nindent 8 }}
{{- end -}}

{{/* The values of an app whose only secret is the key that the test asks with. */}}
{{- define "sigmalang.onlyAdminKey" -}}
{{- $values := deepCopy .Values -}}
{{- $_ := set $values "secrets" (pick $values.secrets "adminKey") -}}
{{- $_ := set $values.externalSecrets "remote" (pick $values.externalSecrets.remote "adminKey") -}}
{{- $_ := set $values.vault "secrets" ($values.vault.enabled | ternary (pick $values.vault.secrets "adminKey") dict) -}}
{{- $_ := set $values.vault "enabled" (gt (len $values.vault.secrets) 0) -}}
{{- $_ := set $values.vault "prePopulateOnly" true -}}
{{- toYaml $values -}}
{{- end -}}

{{- define "sigmalang.testProgram" -}}
{{- if .App.http -}}
import { readFileSync } from 'node:fs';
const { MANAGEMENT, API, ADMIN_KEY_FILE } = process.env;
const ADMIN_KEY = ADMIN_KEY_FILE ? readFileSync(ADMIN_KEY_FILE, 'utf8').trim() : process.env.ADMIN_KEY;
{{- else -}}
const { MANAGEMENT } = process.env;
{{- end }}
const ready = await fetch(`${MANAGEMENT}/health/ready`);
const health = await ready.json();
if (!ready.ok) throw new Error(`not ready: ${JSON.stringify(health)}`);
{{- if .App.nats }}
if (health.info.nats?.status !== 'up') throw new Error(`NATS is not reached: ${JSON.stringify(health)}`);
{{- end }}
const metrics = await (await fetch(`${MANAGEMENT}/metrics`)).text();
if (!/^process_start_time_seconds\S* \d/m.test(metrics)) throw new Error('no metrics');
{{- if .App.http }}
async function ask(path, body) {
  const headers = { 'content-type': 'application/json', ...(ADMIN_KEY && { 'x-api-key': ADMIN_KEY }) };
  const response = await fetch(`${API}/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (response.status === 401 && !ADMIN_KEY) return undefined;
  if (!response.ok) throw new Error(`/v1/${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
const text = `ΣLANG: Grüße, 世界 ${new Date().toISOString()}`; // another each time, so that no cache answers
const encoded = await ask('encode', { text });
if (encoded) {
  const { results: [decoded] } = await ask('decode', { vectors: encoded.results[0].vectors.map(({ data }) => ({ data })) });
  if (decoded.text !== text || decoded.exact !== true) throw new Error(`decoded as ${JSON.stringify(decoded)}`);
  console.log('encoded and decoded exactly');
} else {
  console.log('nobody gets in without a key, and the test has none');
}
{{- else }}
console.log('ready, on NATS, with metrics');
{{- end }}
{{- end -}}
