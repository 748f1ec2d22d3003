using Orrery.Grains.Storing;
using Orrery.Interfaces.Reviews;

namespace Orrery.Grains.Reviews;

sealed class ReviewLinkGrain : Grain, IReviewLinkGrain
{
    readonly IPersistentState<ReviewLinkState> stored;
    readonly StateWriter writer;

    public ReviewLinkGrain([PersistentState("review-link")] IPersistentState<ReviewLinkState> stored)
    {
        this.stored = stored;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    public Task<string?> Find()
    {
        if (stored.State.Form.Length > 0)
            return Task.FromResult<string?>(stored.State.Form);
        // Tokens that were made up shall not fill the memory.
        DeactivateOnIdle();
        return Task.FromResult<string?>(null);
    }

    public Task Set(string form)
    {
        stored.State = new ReviewLinkState { Form = form };
        return writer.WriteAsync();
    }

    public async Task Clear()
    {
        if (stored.State.Form.Length == 0)
            return;
        await writer.ClearAsync();
        stored.State = new ReviewLinkState();
    }
}
