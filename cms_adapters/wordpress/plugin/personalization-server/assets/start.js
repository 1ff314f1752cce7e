/**
 * Starts the page's client for a visitor who may be logged in, with a token by which it may speak for them.
 * The page itself is the same for everybody: the token is asked for, and never stands in it.
 */
( function ( tag ) {
	const HARDLY = 60000;
	let last = 0;

	async function token() {
		const halt = new AbortController();
		const late = setTimeout( () => halt.abort(), 1000 );
		try {
			const answer = await fetch( tag.dataset.pzsrvToken, { method: 'POST', signal: halt.signal } );
			return answer.ok ? ( await answer.json() ).token : null;
		} catch {
			return null;
		} finally {
			clearTimeout( late );
		}
	}

	async function start() {
		/* WordPress writes this class for visitors who are logged in; nobody else is asked about. */
		const given = document.body.classList.contains( 'logged-in' ) ? await token() : null;
		const script = document.createElement( 'script' );
		for ( const { name, value } of tag.attributes ) {
			if ( name.startsWith( 'data-personalize-' ) ) {
				script.setAttribute( name, value );
			}
		}
		if ( given ) {
			script.setAttribute( 'data-personalize-token', given );
		}
		script.src = tag.dataset.pzsrvSdk;
		script.nonce = tag.nonce;
		/* Two scripts with the key would be one too many. */
		tag.removeAttribute( 'data-personalize-key' );
		document.head.append( script );
	}

	/* A token is over after a quarter of an hour. */
	document.addEventListener( 'pz:refused', async ( { detail } ) => {
		if ( 4401 === detail.code && Date.now() - last > HARDLY ) {
			last = Date.now();
			const given = await token();
			if ( given ) {
				( window.pz = window.pz || [] ).push( [ 'token', given ] );
			}
		}
	} );
	start();
}( document.currentScript ) );
