<?php

declare(strict_types=1);

namespace Drupal\personalization;

/**
 * Which of a message's slots are news: an older generation, or the same again, changes nothing.
 *
 * Kept by slot, as one publish tells of its slots in several messages, which may overtake each other.
 * Knows nothing of Drupal.
 */
final class GenerationGuard {

  public const ALL = '*';
  private const MOST = 500;

  /**
   * Returns what is to be remembered, and the slots that are news.
   *
   * @param array<string, int> $seen
   *   The generation of each slot so far.
   * @param int $generation
   *   The message's.
   * @param string[] $slots
   *   The message's; none stands for all.
   *
   * @return array{0: array<string, int>, 1: string[]}
   *   Both.
   */
  public static function admit(array $seen, int $generation, array $slots): array {
    $news = [];
    $floor = $seen[self::ALL] ?? 0;
    foreach ($slots ?: [self::ALL] as $slot) {
      if ($generation > max($seen[$slot] ?? 0, $floor)) {
        $seen[$slot] = $generation;
        $news[] = $slot;
      }
    }
    if ($news === [self::ALL]) {
      $seen = array_filter($seen, fn (int $one): bool => $one >= $generation);
    }
    if (count($seen) > self::MOST) {
      arsort($seen);
      $seen = array_slice($seen, 0, self::MOST, TRUE);
    }
    return [$seen, $news];
  }

  /**
   * Returns the cache tags of slots.
   *
   * @param string[] $slots
   *   The slots, or ALL.
   *
   * @return string[]
   *   The tags; the tag of all slots is on every slot.
   */
  public static function tags(array $slots): array {
    return array_map(fn (string $slot): string => $slot === self::ALL ? 'pz_slots' : "pz_slot:$slot", $slots);
  }

}
