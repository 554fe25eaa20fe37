"""Jobs of a run: bulk issuance, regeneration, exception certificates; started, worked on in batches, finished."""
