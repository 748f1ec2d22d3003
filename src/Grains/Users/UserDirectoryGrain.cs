using Microsoft.Extensions.Options;
using Orrery.Grains.Paging;
using Orrery.Grains.Storing;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Users;

namespace Orrery.Grains.Users;

[Reentrant]
sealed class UserDirectoryGrain : Grain, IUserDirectoryGrain
{
    readonly IPersistentState<UserDirectoryState> stored;
    readonly StateWriter writer;
    readonly UserOptions options;

    public UserDirectoryGrain([PersistentState("users")] IPersistentState<UserDirectoryState> stored, IOptions<UserOptions> options)
    {
        this.stored = stored;
        this.options = options.Value;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    Dictionary<string, UserInfo> Users => stored.State.Users;

    public Task<Page<UserInfo>> List(PageRequest request, string? tenant) => Task.FromResult(Pages.Cut(
        Users.Values.Where(user => tenant is null || user.Tenant == tenant), user => user.Name, (user, text) => Pages.AnyContains(text, user.Name, user.DisplayName), request));

    public Task Set(string user, UserInfo? info)
    {
        Users.TryGetValue(user, out var known);
        if (known == info)
            return writer.Pending;
        if (known is null && Users.Count >= options.UsersMax)
            throw new LimitReachedException($"There are {Users.Count} users, the most there may be. Delete one that is gone.");
        if (known is { Role: Role.Administrator } && info is not { Role: Role.Administrator } && Users.Values.Count(other => other.Role == Role.Administrator) == 1)
            throw new ConflictException($"User '{user}' is the only administrator. Make another one first.");
        if (info is null)
            Users.Remove(user);
        else
            Users[user] = info;
        return writer.WriteAsync();
    }
}
