"""The store in Redis or Valkey: any number of processes are one fake."""
