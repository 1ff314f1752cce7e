<?php

declare(strict_types=1);

namespace Drupal\personalization;

/**
 * The render array of a slot: the fallback in an element that names it, the same for every visitor.
 *
 * Knows nothing of Drupal but the shape of render arrays.
 */
final class SlotElement {

  private const KEY = '/\A[^\s"\'<>&,\x00-\x1f]{1,120}\z/u';

  /**
   * Returns whether a text can be a slot's key.
   */
  public static function isKey(string $slot): bool {
    return preg_match(self::KEY, $slot) === 1;
  }

  /**
   * Returns the render array.
   *
   * @param string $slot
   *   The slot's key.
   * @param array $fallback
   *   A render array: what everybody may see.
   * @param bool $pending
   *   Whether the fallback waits for the decision, for two seconds at most.
   * @param array{server: string, key: string, consent: string} $site
   *   What was set.
   * @param string $script
   *   The address of the page's client.
   *
   * @return array
   *   Cacheable for everybody: tags, and no context.
   */
  public static function build(string $slot, array $fallback, bool $pending, array $site, string $script): array {
    $tags = ['config:personalization.settings'];
    if (!self::isKey($slot) || $site['server'] === '' || $site['key'] === '') {
      return ['fallback' => $fallback, '#cache' => ['tags' => $tags]];
    }
    return [
      '#type' => 'html_tag',
      '#tag' => 'div',
      '#attributes' => ['data-personalize-slot' => $slot] + ($pending ? ['data-pz-pending' => TRUE] : []),
      'fallback' => $fallback,
      '#cache' => ['tags' => [...$tags, 'pz_slots', "pz_slot:$slot"]],
      '#attached' => [
        'library' => ['personalization/slots'],
        'html_head' => [[self::script($site, $script), 'personalization_client']],
      ],
    ];
  }

  /**
   * Returns the tag of the page's client; its name makes Drupal print it once.
   */
  private static function script(array $site, string $script): array {
    return [
      '#tag' => 'script',
      '#attributes' => [
        'defer' => TRUE,
        'src' => $script,
        'data-personalize-key' => $site['key'],
        'data-personalize-host' => rtrim($site['server'], '/'),
        'data-personalize-consent' => $site['consent'] ?: 'ask',
      ],
    ];
  }

}
