<?php

declare(strict_types=1);

namespace Drupal\personalization\Plugin\QueueWorker;

use Drupal\Component\Datetime\TimeInterface;
use Drupal\Core\Config\ConfigFactoryInterface;
use Drupal\Core\Plugin\ContainerFactoryPluginInterface;
use Drupal\Core\Queue\DelayedRequeueException;
use Drupal\Core\Queue\QueueWorkerBase;
use Drupal\Core\Queue\SuspendQueueException;
use Drupal\personalization\Message;
use Drupal\personalization\Secrets;
use Drupal\personalization\StandardWebhooks;
use GuzzleHttp\ClientInterface;
use GuzzleHttp\Exception\GuzzleException;
use Symfony\Component\DependencyInjection\ContainerInterface;

/**
 * Sends messages to the server, signed, until they are taken.
 *
 * @QueueWorker(
 *   id = "personalization_news",
 *   title = @Translation("Messages to the personalization server"),
 *   cron = {"time" = 30}
 * )
 */
final class NewsWorker extends QueueWorkerBase implements ContainerFactoryPluginInterface {

  private const PATIENCE = 10;
  private const LATER = 300;

  public function __construct(
    array $configuration,
    $plugin_id,
    $plugin_definition,
    private readonly ClientInterface $http,
    private readonly ConfigFactoryInterface $settings,
    private readonly Secrets $secrets,
    private readonly TimeInterface $time,
  ) {
    parent::__construct($configuration, $plugin_id, $plugin_definition);
  }

  /**
   * {@inheritdoc}
   */
  public static function create(ContainerInterface $container, array $configuration, $plugin_id, $plugin_definition): self {
    return new self($configuration, $plugin_id, $plugin_definition, $container->get('http_client'), $container->get('config.factory'), $container->get('personalization.secrets'), $container->get('datetime.time'));
  }

  /**
   * {@inheritdoc}
   */
  public function processItem($data): void {
    $address = (string) $this->settings->get('personalization.settings')->get('hook');
    $secret = $this->secrets->get('outgoing');
    if ($address === '' || StandardWebhooks::key($secret) === NULL) {
      throw new SuspendQueueException('no address or no secret is set');
    }
    $headers = StandardWebhooks::headers($data['id'], $this->time->getCurrentTime(), $data['body'], [$secret]);
    $given = [
      'body' => $data['body'],
      'headers' => $headers + ['Content-Type' => 'application/json'],
      'timeout' => self::PATIENCE,
      'allow_redirects' => FALSE,
      'http_errors' => FALSE,
    ];
    try {
      $status = $this->http->request('POST', $address, $given)->getStatusCode();
    }
    catch (GuzzleException $fault) {
      throw new SuspendQueueException($fault->getMessage(), 0, $fault);
    }
    if (Message::verdict($status) === 'later') {
      throw new DelayedRequeueException(self::LATER, "the server answered $status");
    }
  }

}
