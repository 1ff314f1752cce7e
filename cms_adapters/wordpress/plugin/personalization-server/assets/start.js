/** Starts the page's client; for a visitor who is logged in, with a token by which it may speak for them. */
const tag = document.querySelector( 'script[data-pzsrv-sdk]' );

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

/* WordPress writes this class for visitors who are logged in; nobody else is asked about. */
const given = document.body.classList.contains( 'logged-in' ) ? await token() : null;
if ( given ) {
	tag.setAttribute( 'data-personalize-token', given );
}
await import( tag.dataset.pzsrvSdk );
