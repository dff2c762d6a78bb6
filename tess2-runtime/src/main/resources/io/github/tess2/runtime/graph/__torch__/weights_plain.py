# Weights stored in the dtype of the computation.

def are_quantized() -> bool:
  return False

def pack(weight: Tensor) -> Tensor:
  return weight

# sum += y W^T, in place: sum [R,out], y [R,in], weight [out,in]
def add_to(sum: Tensor, y: Tensor, product: __torch__.layout.Product) -> Tensor:
  return torch.addmm_(sum, y, torch.t(product.weight))

# y = x W^T: x [R,in], weight [out,in] -> [R,out]
def apply(x: Tensor, product: __torch__.layout.Product) -> Tensor:
  return __torch__.linear.apply(x, product.weight)
