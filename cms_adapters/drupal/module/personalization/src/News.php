<?php

declare(strict_types=1);

namespace Drupal\personalization;

use Drupal\Component\Datetime\TimeInterface;
use Drupal\Component\Uuid\UuidInterface;
use Drupal\Core\Config\ConfigFactoryInterface;
use Drupal\Core\Queue\QueueFactory;

/**
 * Puts messages into the queue; cron sends them.
 */
final class News {

  public const QUEUE = 'personalization_news';

  public function __construct(
    private readonly QueueFactory $queues,
    private readonly ConfigFactoryInterface $settings,
    private readonly TimeInterface $time,
    private readonly UuidInterface $uuid,
  ) {}

  /**
   * Lets a message wait, where an address is set and the type of content is told of.
   */
  public function put(string $type, string $id, string $bundle, string $locale): void {
    $settings = $this->settings->get('personalization.settings');
    $types = $settings->get('types') ?: [];
    if ((string) $settings->get('hook') === '' || ($types !== [] && !in_array($bundle, $types, TRUE))) {
      return;
    }
    $message = Message::about($this->uuid->generate(), $type, $id, $bundle, $locale, $this->time->getCurrentTime());
    $this->queues->get(self::QUEUE, TRUE)->createItem($message);
  }

}
