/** Every metric that a process exports, by what it measures; charts, rules and panels use no other names. */
export const METRICS = {
  requests: 'sigmalang_requests_total',
  requestDuration: 'sigmalang_request_duration_seconds',
  requestsInProgress: 'sigmalang_requests_in_progress',
  errors: 'sigmalang_errors_total',
  vectorOperationDuration: 'sigmalang_vector_operation_duration_seconds',
  healthCheckStatus: 'sigmalang_health_check_status',
  workerThreads: 'sigmalang_worker_threads',
  workerThreadsBusy: 'sigmalang_worker_threads_busy',
  workerQueueLength: 'sigmalang_worker_queue_length',
  workerTaskDuration: 'sigmalang_worker_task_duration_seconds',
  vectorKernels: 'sigmalang_vector_kernels_info',
  databaseQueryDuration: 'sigmalang_database_query_duration_seconds',
  databaseConnections: 'sigmalang_database_connections',
} as const;
