package dev.parallax;

/** Numbers that travel as unsigned 32 bits. */
final class Unsigned {
  private Unsigned() {}

  /** Returns the value, or throws {@link BadInputException} naming it if it is out of range. */
  static long check(long value, String what) {
    if (value < 0 || value > 0xFFFF_FFFFL) {
      throw new BadInputException(what + " " + value + " is out of range: 0 to 4294967295");
    }
    return value;
  }
}
