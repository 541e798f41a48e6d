"""What a firm can do: one function a verb, one transaction each."""
