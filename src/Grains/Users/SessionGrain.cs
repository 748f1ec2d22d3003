using Orrery.Grains.Storing;
using Orrery.Interfaces.Users;

namespace Orrery.Grains.Users;

sealed class SessionGrain : Grain, ISessionGrain
{
    readonly IPersistentState<SessionState> stored;
    readonly StateWriter writer;
    readonly TimeProvider time;

    public SessionGrain([PersistentState("session")] IPersistentState<SessionState> stored, TimeProvider time)
    {
        this.stored = stored;
        this.time = time;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    public Task Open(string user, long stamp, DateTimeOffset expiresAt)
    {
        stored.State = new SessionState { User = user, Stamp = stamp, ExpiresAt = expiresAt };
        return writer.WriteAsync();
    }

    public async Task<UserInfo?> Get()
    {
        var session = stored.State;
        if (session.User.Length == 0 || session.ExpiresAt <= time.GetUtcNow())
            return null;
        return await GrainFactory.GetGrain<IUserGrain>(session.User).FindByStamp(session.Stamp);
    }

    public Task End() => stored.State.User.Length == 0 ? Task.CompletedTask : writer.ClearAsync();
}
