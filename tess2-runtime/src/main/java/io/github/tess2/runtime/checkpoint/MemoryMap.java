package io.github.tess2.runtime.checkpoint;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A memory map of a part of a file that is unmapped when it is closed. Java's own is unmapped only
 * when its buffer is garbage-collected. Until then its pages count as the process's memory, and
 * Windows does not delete the file.
 *
 * <p>From Java 22 on, an arena does this, and {@code sun.misc.Unsafe} would print a warning;
 * before, only the latter can. Both are called by reflection: the former does not exist in Java 17,
 * and the latter causes a javac warning that cannot be turned off.
 */
final class MemoryMap implements AutoCloseable {
  private static final boolean ARENAS = Runtime.version().feature() >= 22;

  private final ByteBuffer data;

  /** Null if the JVM has no arenas. */
  private final @Nullable Object arena;

  private MemoryMap(ByteBuffer data, @Nullable Object arena) {
    this.data = data;
    this.arena = arena;
  }

  /**
   * Maps a part of a file to be read by this thread. The caller closes the map on the same thread.
   */
  static MemoryMap of(FileChannel channel, long begin, long size) throws IOException {
    if (!ARENAS) {
      return new MemoryMap(channel.map(MapMode.READ_ONLY, begin, size), null);
    }
    Class<?> arenas = type("java.lang.foreign.Arena");
    Object arena = requireNonNull(call(null, arenas, "ofConfined", List.of()));
    List<Class<?>> types = List.of(MapMode.class, long.class, long.class, arenas);
    Object segment =
        call(channel, FileChannel.class, "map", types, MapMode.READ_ONLY, begin, size, arena);
    Object data = call(segment, type("java.lang.foreign.MemorySegment"), "asByteBuffer", List.of());
    return new MemoryMap((ByteBuffer) requireNonNull(data), arena);
  }

  /** The bytes: direct and read-only. Accessing them after {@link #close} can crash the JVM. */
  ByteBuffer data() {
    return data;
  }

  @Override
  public void close() throws IOException {
    if (arena != null) {
      call(arena, type("java.lang.foreign.Arena"), "close", List.of());
    } else {
      Class<?> type = type("sun.misc.Unsafe");
      call(unsafe(type), type, "invokeCleaner", List.of(ByteBuffer.class), data);
    }
  }

  private static Object unsafe(Class<?> type) {
    try {
      Field instance = type.getDeclaredField("theUnsafe");
      instance.setAccessible(true);
      return requireNonNull(instance.get(null));
    } catch (ReflectiveOperationException e) {
      throw missing(e);
    }
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw missing(e);
    }
  }

  private static @Nullable Object call(
      @Nullable Object on, Class<?> type, String name, List<Class<?>> types, Object... arguments)
      throws IOException {
    try {
      return type.getMethod(name, types.toArray(Class<?>[]::new)).invoke(on, arguments);
    } catch (InvocationTargetException e) {
      Throwable cause = requireNonNull(e.getCause());
      Throwables.throwIfInstanceOf(cause, IOException.class);
      Throwables.throwIfUnchecked(cause);
      throw missing(e);
    } catch (ReflectiveOperationException e) {
      throw missing(e);
    }
  }

  private static IllegalStateException missing(ReflectiveOperationException e) {
    return new IllegalStateException(
        String.format(Locale.ROOT, "Java %s cannot unmap a file", Runtime.version()), e);
  }
}
