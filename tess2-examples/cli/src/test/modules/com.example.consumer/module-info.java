/** A user's application on the module path, which defines a noise schedule. */
module com.example.consumer {
  requires io.github.tess2;

  provides io.github.tess2.spi.NoiseSchedule with
      com.example.consumer.ConsumersSchedule;
}
