using System.CommandLine;
using System.Text.Json;

namespace Orrery.Cli.Management;

/// <summary><c>orrery account-sets</c>: account sets of all sites, by the web API.</summary>
static class AccountSetsCommand
{
    public static Command Create()
    {
        var signIn = new SignInOptions("--url", "--server");
        var key = new Argument<string>("account-set") { Description = "Its key: tenant/site/number." };
        var file = new Argument<FileInfo>("file") { Description = """A JSON file: {"name":"Head office","product":"cloud-galaxy","version":"9.2","databases":[{"kind":"sqlserver","server":"db-1","name":"AIS001"}]}.""" };
        var filters = new (Option<string?> Option, string Query)[]
        {
            (new("--tenant") { Description = "Only this tenant's." }, "tenant"), (new("--site") { Description = "Only this site's: tenant/site." }, "site"), (new("--product") { Description = "Only of this product." }, "product"),
            (new("--version") { Description = "Only of this version." }, "version"), (new("--support") { Description = "Only where the version's support is so: planned, supported, ending, ended." }, "support"),
            (new("--standing") { Description = "Only those that are so: agreed, drifted, unreported, unregistered." }, "standing"), (new("--search") { Description = "Only those with this in key, name or databases." }, "q"),
            (new("--no-backup-for") { Description = "Only those without a backup of the last so many days." }, "backupOlderThanDays"),
        };
        var list = new Command("list", "A line for each account set: key, product and version, users, last backup, how registered and reported stand.");
        foreach ((Option<string?> option, _) in filters)
            list.Options.Add(option);
        list.Asks(signIn, async (parsed, api, output, cancellationToken) =>
        {
            string query = string.Join('&', filters.Where(each => parsed.GetValue(each.Option) is not null).Select(each => $"{each.Query}={Uri.EscapeDataString(parsed.GetValue(each.Option)!)}"));
            await foreach (JsonElement one in api.PagesAsync($"account-sets{(query.Length > 0 ? "?" : "")}{query}", cancellationToken))
                await output.WriteLineAsync($"{one.Text("key"),-36} {$"{one.Text("product")} {one.Text("version")}",-24} {one.Text("users"),6} users  backup {one.Day("lastBackupAt"),-10}  {one.Text("standing"),-12} {one.Text("name")}");
        });
        var put = new Command("put", "Registers an account set from a file, or changes what is registered.") { key, file };
        put.Asks(signIn, async (parsed, api, output, cancellationToken) =>
        {
            JsonElement done = await api.SendAsync(HttpMethod.Put, PathOf(parsed.GetValue(key)!), await ApiCommands.ReadJsonAsync(parsed.GetValue(file)!, cancellationToken), cancellationToken);
            await output.WriteLineAsync($"{parsed.GetValue(key)}: registered{string.Concat(done.GetProperty("drift").EnumerateArray().Select(static each => $"; {each.Text("field")} is {each.Text("reported")} at the site"))}");
        });
        var remove = new Command("remove", "Forgets what is registered of an account set.") { key };
        remove.Asks(signIn, async (parsed, api, output, cancellationToken) =>
        {
            await api.SendAsync(HttpMethod.Delete, PathOf(parsed.GetValue(key)!), null, cancellationToken);
            await output.WriteLineAsync($"{parsed.GetValue(key)}: removed");
        });
        var command = new Command("account-sets", "Lists, registers and removes account sets of sites.") { list, put, remove };
        signIn.AddTo(command);
        return command;
    }

    static string PathOf(string key) => ApiCommands.KeyParts(key, 3, "tenant/site/number") is [var tenant, var site, var number] ? $"tenants/{tenant}/sites/{site}/account-sets/{number}" : "";
}
