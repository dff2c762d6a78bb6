package io.github.tess2.runtime.engine;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import java.lang.management.MemoryUsage;

/**
 * The memory of a GPU, as CUDA reports it.
 *
 * @param total all memory, in bytes
 * @param free what no process uses, in bytes
 */
public record GpuMemory(long total, long free) {
  /**
   * {@return the memory of a GPU now} First PyTorch returns what it keeps for reuse, because CUDA
   * counts that as used.
   *
   * @param gpu a GPU that PyTorch sees
   */
  public static GpuMemory of(Device gpu) {
    JniUtils.emptyCudaCache();
    MemoryUsage usage = CudaUtils.getGpuMemory(gpu);
    return new GpuMemory(usage.getMax(), usage.getMax() - usage.getCommitted());
  }
}
