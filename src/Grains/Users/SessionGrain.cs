using Orrery.Grains.Storing;
using Orrery.Interfaces.Users;

namespace Orrery.Grains.Users;

sealed class SessionGrain : Grain, ISessionGrain
{
    readonly ShelvedState<SessionState> stored;
    readonly StateWriter writer;
    readonly TimeProvider time;

    public SessionGrain(TimeProvider time)
    {
        stored = new ShelvedState<SessionState>(this, shelf => GrainFactory.GetGrain<IShelfGrain>(shelf), "sessions");
        this.time = time;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken) => stored.ReadStateAsync(cancellationToken);

    public Task Open(string user, long stamp, DateTimeOffset expiresAt)
    {
        stored.State = new SessionState { User = user, Stamp = stamp, ExpiresAt = expiresAt };
        return writer.WriteAsync();
    }

    public async Task<UserInfo?> Get()
    {
        var session = stored.State;
        if (session.User.Length == 0 || session.ExpiresAt <= time.GetUtcNow())
        {
            // Tokens that were made up shall not fill the memory.
            DeactivateOnIdle();
            return null;
        }

        return await GrainFactory.GetGrain<IUserGrain>(session.User).FindByStamp(session.Stamp);
    }

    public Task End() => stored.State.User.Length == 0 ? Task.CompletedTask : writer.ClearAsync();
}
