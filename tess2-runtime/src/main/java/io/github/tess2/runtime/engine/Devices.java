package io.github.tess2.runtime.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.util.cuda.CudaUtils;
import io.github.tess2.ComputeDevice;
import io.github.tess2.DeviceException;
import io.github.tess2.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Resolves the device and precision that a user asks for to ones that are available. */
public final class Devices {
  /** Instruction sets that multiply bfloat16 matrices, as Linux names them. */
  private static final Pattern FAST_BF16 = Pattern.compile("\\b(amx_bf16|avx512_bf16)\\b");

  /** NVIDIA's Ampere, the first that computes in bfloat16. */
  private static final int AMPERE = 80;

  private Devices() {}

  /**
   * Resolves a device.
   *
   * @throws DeviceException if a GPU is requested that PyTorch does not see
   */
  public static ComputeDevice resolve(ComputeDevice wanted) {
    Engine engine = EngineStart.engine();
    int gpus = engine.hasCapability(StandardCapabilities.CUDA) ? engine.getGpuCount() : 0;
    return switch (wanted.kind()) {
      case AUTO -> gpus > 0 ? ComputeDevice.cuda(0) : ComputeDevice.CPU;
      case CPU -> wanted;
      case CUDA -> {
        if (wanted.gpus().stream().anyMatch(index -> index >= gpus)) {
          throw new DeviceException(
              String.format(
                  Locale.ROOT,
                  "device must be among the %d CUDA devices that PyTorch %s sees, but is: %s (docs/cuda.md)",
                  gpus,
                  engine.getVersion(),
                  wanted));
        }
        yield wanted;
      }
    };
  }

  /** DJL's names of a resolved device: of each GPU, or the CPU. */
  public static List<Device> djl(ComputeDevice device) {
    return device.kind() == ComputeDevice.Kind.CUDA
        ? device.gpus().stream().mapToObj(Device::gpu).toList()
        : List.of(Device.cpu());
  }

  /** DJL's name of a resolved device, or of its first GPU. */
  public static Device first(ComputeDevice device) {
    return djl(device).get(0);
  }

  /** The name of a device for messages, as {@link ComputeDevice} has it. */
  public static String name(Device device) {
    return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
  }

  /** Resolves a precision for a resolved device. */
  public static Precision resolve(Precision wanted, ComputeDevice device) {
    if (wanted != Precision.AUTO) {
      return wanted;
    }
    return fastBf16(device) ? Precision.BF16 : Precision.FP32;
  }

  private static boolean fastBf16(ComputeDevice device) {
    if (device.kind() == ComputeDevice.Kind.CUDA) {
      return device.gpus().stream()
          .allMatch(index -> Integer.parseInt(CudaUtils.getComputeCapability(index)) >= AMPERE);
    }
    Path cpuinfo = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(cpuinfo)) {
      return false;
    }
    try {
      return FAST_BF16.matcher(Files.readString(cpuinfo)).find();
    } catch (IOException e) {
      throw new DeviceException("the processor's features could not be read from " + cpuinfo, e);
    }
  }
}
