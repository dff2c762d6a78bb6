package io.github.tess2.runtime.graph;

import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.engine.Threads;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;

/**
 * Calls TorchScript methods without DJL's {@code Block.forward}, for two reasons.
 *
 * <ul>
 *   <li>When a method fails, DJL does not free its references to the arguments: one failure for
 *       lack of memory would keep all weights in memory until the process ends. DJL's other call,
 *       which leaves the arguments to the caller, always runs in PyTorch's inference mode, whose
 *       tensors cannot take part in a gradient. The native call below both of them is not public.
 *   <li>PyTorch's graph optimizer is turned off during a call: it computes the first calls in one
 *       way and, after it has seen their shapes, later calls in another, so a seed's text would
 *       depend on what was generated before (docs/determinism.md). DJL's switch for it affects the
 *       whole process, which belongs to the application.
 * </ul>
 */
final class ModuleCalls {
  private static final MethodHandle RUN;
  private static final MethodHandle WRAP;

  static {
    try {
      MethodHandles.Lookup djl =
          MethodHandles.privateLookupIn(IValueUtils.class, MethodHandles.lookup());
      Class<?> library = djl.findClass("ai.djl.pytorch.jni.PyTorchLibrary");
      MethodType run =
          MethodType.methodType(
              long.class, long.class, String.class, long[].class, boolean.class, boolean.class);
      Object instance = djl.findStaticVarHandle(library, "LIB", library).get();
      RUN = djl.findVirtual(library, "moduleRunMethod", run).bindTo(instance);
      WRAP =
          djl.findConstructor(IValue.class, MethodType.methodType(void.class, long.class))
              .asType(MethodType.methodType(IValue.class, long.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private ModuleCalls() {}

  /**
   * Calls a method.
   *
   * @param owner the owner of the result
   * @param block the module
   * @param method its name
   * @param arguments in order; the caller closes them
   * @return what the method returns, its tuple or list flattened
   */
  static NDList call(
      PtNDManager owner, PtSymbolBlock block, String method, List<IValue> arguments) {
    long[] handles = arguments.stream().mapToLong(IValue::getHandle).toArray();
    Threads.apply();
    GraphOptimizer.off();
    try (IValue result = run(block.getHandle(), method, handles)) {
      return result.toNDList(owner);
    } finally {
      GraphOptimizer.restore();
    }
  }

  // The exceptions of the handles and of the native call are unchecked.
  private static IValue run(long module, String method, long[] arguments) {
    try {
      return (IValue)
          WRAP.invokeExact((long) RUN.invokeExact(module, method, arguments, true, false));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new Tess2Exception("the native call failed: " + e, e);
    }
  }
}
