# The largest number that an activation is quantized to.
def most() -> int:
  return 127
