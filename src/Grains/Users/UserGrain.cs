using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Input;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Tenants;
using Orrery.Interfaces.Users;

namespace Orrery.Grains.Users;

/// <remarks>
/// The directory is asked before a change that takes rights away, since it alone knows who is the last administrator; a crash before the
/// user itself is stored is healed by the announcement at the next activation.
/// </remarks>
sealed class UserGrain : Grain, IUserGrain
{
    const int PasswordLengthMin = 10;
    const int PasswordLengthMax = 256;

    readonly ShelvedState<UserState> stored;
    readonly StateWriter writer;
    readonly Announcement announcement;
    readonly UserOptions options;
    readonly PasswordHasher hasher;
    readonly SecretSource secrets;
    readonly TimeProvider time;
    readonly ILogger<UserGrain> logger;
    int wrongPasswords;
    DateTimeOffset pausedUntil;

    public UserGrain(
        IOptions<UserOptions> options, PasswordHasher hasher, SecretSource secrets,
        TimeProvider time, ILogger<UserGrain> logger)
    {
        stored = new ShelvedState<UserState>(this, shelf => GrainFactory.GetGrain<IShelfGrain>(shelf), "users");
        this.options = options.Value;
        this.hasher = hasher;
        this.secrets = secrets;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
        announcement = new Announcement(this, "directory entry", Announce, logger);
    }

    string Name => this.GetPrimaryKeyString();

    UserState State => stored.State;

    IUserDirectoryGrain Directory => GrainFactory.GetGrain<IUserDirectoryGrain>(EntityKeys.Fleet);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await stored.ReadStateAsync(cancellationToken);
        if (State.Info is not null)
            announcement.Soon();
    }

    public async Task<UserInfo> Create(UserDraft draft, string password)
    {
        EntityKeys.CheckPart("name", Name);
        if (State.Info is not null)
            throw new ConflictException($"User '{Name}' exists already. Choose another name.");
        string displayName = await Check(draft);
        var hash = await hasher.HashAsync(CheckPassword("password", password));
        stored.State = new UserState
        {
            Info = new UserInfo(Name, displayName, draft.Role, draft.Tenant, time.GetUtcNow(), LastSignInAt: null, Version: 1),
            Password = hash,
            Stamp = NextStamp(),
        };
        await writer.WriteAsync();
        try
        {
            await announcement.TryNow();
        }
        catch (RefusalException)
        {
            await writer.ClearAsync();
            throw;
        }

        return MustExist();
    }

    public Task<UserInfo> Get() => Task.FromResult(MustExist());

    public async Task<UserInfo> Update(UserDraft draft, long? version)
    {
        var before = MustExist();
        InputChecks.Version($"User '{Name}'", version, before.Version);
        string displayName = await Check(draft);
        var after = before with { DisplayName = displayName, Role = draft.Role, Tenant = draft.Tenant, Version = before.Version + 1 };
        bool rightsChange = after.Role != before.Role || after.Tenant != before.Tenant;
        if (rightsChange)
            await Directory.Set(Name, after);
        State.Info = after;
        if (rightsChange)
            State.Stamp = NextStamp();
        await writer.WriteAsync();
        await announcement.TryNow();
        return after;
    }

    public async Task SetPassword(string password)
    {
        MustExist();
        await StorePassword(await hasher.HashAsync(CheckPassword("password", password)));
    }

    public async Task ChangePassword(string current, string next)
    {
        MustExist();
        CheckNotPaused();
        CheckPassword("next", next);
        if (!await hasher.VerifyAsync(current, State.Password))
        {
            CountWrongPassword();
            throw new InvalidInputException("current", "The current password is wrong. Nothing was changed.");
        }

        wrongPasswords = 0;
        await StorePassword(await hasher.HashAsync(next));
    }

    public async Task<SessionInfo?> SignIn(string password, string from)
    {
        CheckNotPaused();
        bool right = password.Length <= PasswordLengthMax && await hasher.VerifyAsync(password, State.Password);
        if (!right || State.Info is not { } info || State.Deleting)
        {
            CountWrongPassword();
            UserMessages.SignInRefused(logger, Name, from, wrongPasswords);
            return null;
        }

        wrongPasswords = 0;
        if (hasher.IsOutdated(State.Password!))
            State.Password = await hasher.HashAsync(password);
        var now = time.GetUtcNow();
        string token = secrets.NextToken();
        var session = new OpenSession(SessionKey(token), now + options.SessionLifetime);
        await GrainFactory.GetGrain<ISessionGrain>(session.Key).Open(Name, State.Stamp, session.ExpiresAt);
        await EndSessions(State.Sessions.Where(open => open.ExpiresAt <= now).Concat(State.Sessions.Take(State.Sessions.Count - options.SessionsMax + 1)).Distinct());
        State.Sessions.Add(session);
        State.Info = info with { LastSignInAt = now };
        await writer.WriteAsync();
        await announcement.TryNow();
        UserMessages.SignedIn(logger, Name, from);
        return new SessionInfo(token, session.ExpiresAt, State.Info);
    }

    public async Task Delete(long? version)
    {
        var info = MustExist();
        InputChecks.Version($"User '{Name}'", version, info.Version);
        await Directory.Set(Name, null);
        State.Deleting = true;
        State.Stamp = NextStamp();
        await writer.WriteAsync();
        await announcement.TryNow();
    }

    public Task<UserInfo?> FindByStamp(long stamp) => Task.FromResult(stamp == State.Stamp && !State.Deleting ? State.Info : null);

    async Task Announce()
    {
        if (State.Info is null)
            return;
        if (!State.Deleting)
        {
            await Directory.Set(Name, State.Info);
            return;
        }

        await Directory.Set(Name, null);
        await EndSessions(State.Sessions);
        await writer.ClearAsync();
    }

    async Task StorePassword(PasswordHash hash)
    {
        State.Password = hash;
        State.Stamp = NextStamp();
        await EndSessions(State.Sessions);
        await writer.WriteAsync();
    }

    async Task EndSessions(IEnumerable<OpenSession> sessions)
    {
        foreach (var session in sessions.ToArray())
        {
            await GrainFactory.GetGrain<ISessionGrain>(session.Key).End();
            State.Sessions.Remove(session);
        }
    }

    async Task<string> Check(UserDraft draft)
    {
        string displayName = InputChecks.Name("displayName", draft.DisplayName);
        if (!Enum.IsDefined(draft.Role))
            throw new InvalidInputException("role", $"{(int)draft.Role} is no role.");
        if (draft.Role == Role.TenantAdministrator && draft.Tenant is null)
            throw new InvalidInputException("tenant", "A tenant administrator needs a tenant: name the one to administer.");
        if (draft.Role is Role.Administrator or Role.Operator && draft.Tenant is not null)
            throw new InvalidInputException("tenant", "Administrators and operators work for the whole fleet: leave the tenant out.");
        if (draft.Tenant is { } tenant)
            await GrainFactory.GetGrain<ITenantGrain>(EntityKeys.CheckPart("tenant", tenant)).Get();
        return displayName;
    }

    void CheckNotPaused()
    {
        var wait = pausedUntil - time.GetUtcNow();
        if (wait > TimeSpan.Zero)
            throw new LimitReachedException($"{options.WrongPasswordsMax} wrong passwords in a row for '{Name}': wait {Math.Ceiling(wait.TotalSeconds):0} seconds before the next try.");
    }

    void CountWrongPassword()
    {
        if (++wrongPasswords < options.WrongPasswordsMax)
            return;
        wrongPasswords = 0;
        pausedUntil = time.GetUtcNow() + options.PauseAfterWrongPasswords;
    }

    UserInfo MustExist() => State is { Info: { } info, Deleting: false } ? info : throw new NotFoundException($"There is no user '{Name}'.");

    static string CheckPassword(string field, string password) => password.Length is >= PasswordLengthMin and <= PasswordLengthMax
        ? password
        : throw new InvalidInputException(field, $"The password has {password.Length} characters; use {PasswordLengthMin} to {PasswordLengthMax}.");

    long NextStamp()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        secrets.Fill(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    static string SessionKey(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
