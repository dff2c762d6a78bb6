# The largest number that an activation is quantized to. CPUs without VNNI add two products in 16 bits. With this
# number, activations are at most 127 after the zero point is added, and two products with int8 weights fit.
def most() -> int:
  return 63
