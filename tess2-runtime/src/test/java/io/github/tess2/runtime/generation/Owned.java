package io.github.tess2.runtime.generation;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.Field;
import java.util.Map;

/** Counts the resources of a manager and all managers below it, using DJL's private fields. */
final class Owned {
  private Owned() {}

  static int by(NDManager manager) {
    int count = 0;
    for (Object resource : resources(manager).values()) {
      count += 1 + (resource instanceof NDManager below ? by(below) : 0);
    }
    return count;
  }

  private static Map<?, ?> resources(NDManager manager) {
    try {
      Field field = BaseNDManager.class.getDeclaredField("resources");
      field.setAccessible(true);
      return (Map<?, ?>) field.get(manager);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
