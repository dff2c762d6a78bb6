/** A user's application on the module path, with a noise schedule of its own. */
module com.example.consumer {
  requires io.github.tess2;

  provides io.github.tess2.spi.NoiseSchedule with
      com.example.consumer.ConsumersSchedule;
}
