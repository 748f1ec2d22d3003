using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Tenants;
using Orrery.Interfaces.Users;
using Orrery.WebApi.Access;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Users;

/// <summary>People who may sign in. Administrators of a tenant see and change the tenant's own.</summary>
internal static class UserEndpoints
{
    const int PasswordLengthMax = 1_000;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/users", List).RequireAuthorization(Policies.UserChange).WithSummary("The users that the caller may change.");
        api.MapPost("/users", Create).RequireAuthorization(Policies.UserChange).WithSummary("Creates a user.");
        api.MapGet("/users/{user}", Get).RequireAuthorization(Policies.UserChange).WithSummary("One user.");
        api.MapPut("/users/{user}", Update).RequireAuthorization(Policies.UserChange).WithSummary("Changes a user's display name, role or tenant.");
        api.MapDelete("/users/{user}", Delete).RequireAuthorization(Policies.UserChange).WithSummary("Deletes a user and ends the user's sessions.");
        api.MapPost("/users/{user}/password", SetPassword).RequireAuthorization(Policies.UserChange).WithSummary("Sets a user's password and ends the user's sessions.");
    }

    static Task<Page<UserInfo>> List(Caller caller, [AsParameters] PageQuery page) => caller.UsersAsync(page.Check());

    static async Task<Entity<UserInfo>> Create(Caller caller, UserBody body)
    {
        UserDraft draft = await CheckAsync(caller, body);
        UserInfo user = await caller.NewUser(body.Name ?? "", draft).Create(draft, CheckPassword(body.Password));
        return new(user, user.Version, StatusCodes.Status201Created, $"{OrreryApi.BasePath}/users/{user.Name}");
    }

    static async Task<Entity<UserInfo>> Get(Caller caller, string user)
    {
        (_, UserInfo info) = await caller.UserAsync(user);
        return new(info, info.Version);
    }

    static async Task<Entity<UserInfo>> Update(Caller caller, string user, UserBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        (IUserGrain grain, UserInfo before) = await caller.UserAsync(user);
        UserDraft draft = await CheckAsync(caller, body);
        caller.CheckMayGive(draft);
        if (user == caller.Identity.Name && draft.Role != before.Role)
            throw new ConflictException("You cannot change your own role; another administrator can.");
        UserInfo info = await grain.Update(draft, IfMatch.Read(ifMatch));
        return new(info, info.Version);
    }

    static async Task<NoContent> Delete(Caller caller, string user, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        (IUserGrain grain, _) = await caller.UserAsync(user);
        if (user == caller.Identity.Name)
            throw new ConflictException("You cannot delete yourself; another administrator can.");
        await grain.Delete(IfMatch.Read(ifMatch));
        return TypedResults.NoContent();
    }

    static async Task<NoContent> SetPassword(Caller caller, string user, PasswordBody body)
    {
        (IUserGrain grain, _) = await caller.UserAsync(user);
        await grain.SetPassword(CheckPassword(body.Password));
        return TypedResults.NoContent();
    }

    static async Task<UserDraft> CheckAsync(Caller caller, UserBody body)
    {
        if (body.Tenant is { } tenant && caller.Tenant is null)
            try
            {
                await caller.OfTenant<ITenantGrain>(tenant).Get();
            }
            catch (NotFoundException missing)
            {
                throw new InvalidInputException("tenant", missing.Message);
            }
        return new UserDraft(body.DisplayName ?? body.Name ?? "", body.Role ?? throw new InvalidInputException("role", "Give a role: viewer, tenantAdministrator, operator or administrator."), body.Tenant);
    }

    static string CheckPassword(string? password) => password is { Length: > 0 and <= PasswordLengthMax }
        ? password
        : throw new InvalidInputException("password", $"Give a password of at most {PasswordLengthMax} characters.");
}

/// <param name="Name">Read when a user is created.</param>
/// <param name="Password">Read when a user is created.</param>
internal sealed record UserBody(string? Name, string? DisplayName, Role? Role, string? Tenant, string? Password);

internal sealed record PasswordBody(string? Password);
