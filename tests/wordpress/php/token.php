<?php
/**
 * Prints a subject token: php token.php SECRET SITE USER NOW.
 */

require __DIR__ . '/bootstrap.php';
echo PersonalizationServer\Subject_Token::mint( $argv[1], $argv[2], $argv[3], (int) $argv[4] );
