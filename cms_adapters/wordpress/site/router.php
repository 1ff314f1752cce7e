<?php
/**
 * For PHP's own server: a file that is there is sent, everything else is WordPress's. For demos and tests only.
 */

$path = (string) parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH );
$told = getenv( 'DEMO_TOLD' );
if ( $told && 0 === strpos( $path, '/shop/' ) ) { // The demo's content links to the shop, which is the server's.
	header( 'Location: ' . json_decode( file_get_contents( $told ), true )['url'] . $_SERVER['REQUEST_URI'], true, 302 );
	return true;
}
$file = realpath( $_SERVER['DOCUMENT_ROOT'] . rawurldecode( $path ) );
$root = realpath( $_SERVER['DOCUMENT_ROOT'] );
$ours = false !== $file && 0 === strpos( $file . '/', $root . '/' );
if ( $ours && is_file( $file ) ) {
	return false;
}
$index = $ours && is_file( $file . '/index.php' ) ? rtrim( $path, '/' ) : '';
if ( '' !== $index && '/' !== substr( $path, -1 ) ) {
	header( 'Location: ' . $path . '/', true, 301 );
	return true;
}
chdir( $root . $index );
$_SERVER['SCRIPT_NAME']     = $index . '/index.php';
$_SERVER['PHP_SELF']        = $_SERVER['SCRIPT_NAME'];
$_SERVER['SCRIPT_FILENAME'] = $root . $_SERVER['SCRIPT_NAME'];
require $root . $index . '/index.php';
