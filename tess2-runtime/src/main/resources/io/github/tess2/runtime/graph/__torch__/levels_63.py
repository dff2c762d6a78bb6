# The largest number that an activation is quantized to. CPUs without VNNI add two products in 16 bits, which
# hold no more than this times an int8 weight, twice.
def most() -> int:
  return 63
