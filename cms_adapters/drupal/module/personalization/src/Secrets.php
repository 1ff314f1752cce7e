<?php

declare(strict_types=1);

namespace Drupal\personalization;

use Drupal\Core\Config\ConfigFactoryInterface;
use Drupal\Core\Site\Settings;

/**
 * Where secrets come from: settings.php, else the Key module. Never from exported configuration.
 */
final class Secrets {

  /**
   * The Key module's repository is absent where the module is.
   */
  public function __construct(private readonly ConfigFactoryInterface $settings, private readonly ?object $keys = NULL) {}

  /**
   * Returns a secret, or an empty text: incoming, former, outgoing or token.
   */
  public function get(string $name): string {
    $set = Settings::get('personalization', [])[$name] ?? '';
    if ($set !== '' || $this->keys === NULL) {
      return (string) $set;
    }
    $key = $this->keys->getKey((string) $this->settings->get('personalization.settings')->get("keys.$name"));
    return $key === NULL ? '' : trim((string) $key->getKeyValue());
  }

  /**
   * Returns the secrets that messages to us may be signed with; each may hold several, with spaces.
   *
   * @return string[]
   *   The secrets.
   */
  public function incoming(): array {
    return preg_split('/\s+/', $this->get('incoming') . ' ' . $this->get('former'), -1, PREG_SPLIT_NO_EMPTY) ?: [];
  }

}
