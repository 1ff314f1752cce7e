<?php

declare(strict_types=1);

namespace Drupal\personalization;

/**
 * What a save means to those who read. Knows nothing of Drupal.
 */
final class Change {

  public const PUBLISHED = 'content.published';
  public const UNPUBLISHED = 'content.unpublished';
  public const DELETED = 'content.deleted';

  /**
   * Returns the type of message a save is worth, or NULL for a draft that stays one.
   */
  public static function type(bool $was_published, bool $is_published): ?string {
    if ($is_published) {
      return self::PUBLISHED;
    }
    return $was_published ? self::UNPUBLISHED : NULL;
  }

  /**
   * Returns a number that grows with every change: the second, then the revision.
   *
   * Two saves within one second differ in their revision.
   */
  public static function version(int $changed, int $revision): int {
    return $changed * 1000000 + $revision % 1000000;
  }

}
