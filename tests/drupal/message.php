<?php
/**
 * Prints a message of the module with its headers, as it leaves: php message.php SECRET TYPE ID BUNDLE LOCALE NOW.
 */

require __DIR__ . '/bootstrap.php';

use Drupal\personalization\Message;
use Drupal\personalization\StandardWebhooks;

$told    = Message::about( '0b7d4c1e-0000-4000-8000-000000000000', $argv[2], $argv[3], $argv[4], $argv[5], (int) $argv[6] );
$headers = StandardWebhooks::headers( $told['id'], (int) $argv[6], $told['body'], array( $argv[1] ) );
echo json_encode( array( 'headers' => $headers, 'body' => $told['body'] ) );
