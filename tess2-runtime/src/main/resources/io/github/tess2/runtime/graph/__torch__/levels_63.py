# The largest number that an activation is quantized to. CPUs without VNNI add two products in 16 bits, which
# can hold at most twice the product of this number and an int8 weight.
def most() -> int:
  return 63
