package dev.parallax.examples;

import dev.parallax.ParallaxException;
import java.io.IOException;

/** How the programs of this package end. */
final class Programs {
  interface Program {
    void run() throws Exception;
  }

  private Programs() {}

  /** Runs a program; what its user can put right is said in a line, without a stack trace. */
  static void run(Program program) throws Exception {
    try {
      program.run();
    } catch (IllegalArgumentException | ParallaxException | IOException wrong) {
      System.err.println("\n" + wrong.getMessage());
      System.exit(1);
    }
  }
}
