<?php
/**
 * Says where a file uses what PHP 7.4 does not know: php newer.php FILE...
 */

$newer = array( 'T_MATCH', 'T_ENUM', 'T_READONLY', 'T_ATTRIBUTE', 'T_NULLSAFE_OBJECT_OPERATOR', 'T_NAME_RELATIVE' );
foreach ( array_slice( $argv, 1 ) as $file ) {
	$before = '';
	foreach ( PhpToken::tokenize( file_get_contents( $file ) ) as $token ) {
		$name = $token->getTokenName();
		$said = in_array( $name, $newer, true );
		// Named arguments, types joined by a bar, and promoted constructors would need a parser: phpcs looks at functions.
		if ( $said && '->' !== $before && '::' !== $before ) {
			echo "$file:{$token->line}: $name\n";
		}
		$before = $token->isIgnorable() ? $before : $token->text;
	}
}
