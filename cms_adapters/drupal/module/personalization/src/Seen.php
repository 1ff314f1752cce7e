<?php

declare(strict_types=1);

namespace Drupal\personalization;

use Drupal\Core\KeyValueStore\KeyValueExpirableFactoryInterface;
use Drupal\Core\Lock\LockBackendInterface;
use Drupal\Core\State\StateInterface;

/**
 * What was heard before: messages by their id, slots by their generation.
 */
final class Seen {

  public const STATE = 'personalization.seen';
  private const KEPT = 345600;

  public function __construct(
    private readonly StateInterface $state,
    private readonly LockBackendInterface $lock,
    private readonly KeyValueExpirableFactoryInterface $kept,
  ) {}

  /**
   * Returns whether a message was acted on before.
   */
  public function has(string $id): bool {
    return $this->kept->get(self::STATE)->has(hash('sha256', $id));
  }

  /**
   * Remembers that a message was acted on; after it was, so that a crash repeats it.
   */
  public function keep(string $id): void {
    $this->kept->get(self::STATE)->setWithExpire(hash('sha256', $id), TRUE, self::KEPT);
  }

  /**
   * Returns the slots of a message that are news; NULL where somebody else is at it.
   *
   * @param int $generation
   *   The message's.
   * @param string[] $slots
   *   The message's.
   *
   * @return string[]|null
   *   The slots.
   */
  public function admit(int $generation, array $slots): ?array {
    if (!$this->lock->acquire(self::STATE, 10)) {
      return NULL;
    }
    try {
      $this->state->resetCache();
      [$seen, $news] = GenerationGuard::admit($this->state->get(self::STATE, []), $generation, $slots);
      $this->state->set(self::STATE, $seen);
      return $news;
    }
    finally {
      $this->lock->release(self::STATE);
    }
  }

}
