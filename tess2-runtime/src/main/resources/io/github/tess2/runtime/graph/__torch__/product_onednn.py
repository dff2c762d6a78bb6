# y = x W^T through oneDNN, for float32 on x86 CPUs: PyTorch itself would call MKL, which on AMD
# processors runs at half the speed. No gradient.
#
# oneDNN lays the weight out anew for each call, in memory of its own: a second head, for one as wide
# as a vocabulary. So a weight goes through it in parts of at most 8192 rows and columns.
#
# x [R,in], weight [out,in] -> [R,out]
def apply(x: Tensor, weight: Tensor) -> Tensor:
  if x.requires_grad or weight.requires_grad:
    return torch.linear(x, weight)
  most = 8192
  columns = annotate(List[Tensor], [])
  for rows in torch.split(weight, most, 0):
    parts = torch.split(rows, most, 1)
    y = __torch__.product.part(x[:, :most], parts[0])
    for i in range(1, len(parts)):
      y = torch.add_(y, __torch__.product.part(x[:, i * most:(i + 1) * most], parts[i]))
    torch.append(columns, y)
  if len(columns) == 1:
    return columns[0]
  return torch.cat(columns, 1)

def part(x: Tensor, weight: Tensor) -> Tensor:
  no_scalars = annotate(List[Optional[number]], [])
  return ops.mkldnn._linear_pointwise(x, weight, None, "none", no_scalars, "")
