using System.CommandLine;
using System.Text.Json;

namespace Orrery.Cli.Management;

/// <summary><c>orrery products</c>: the register of products, by the web API.</summary>
static class ProductsCommand
{
    public static Command Create()
    {
        var signIn = new SignInOptions("--url", "--server");
        var id = new Argument<string>("product") { Description = "Its id." };
        var file = new Argument<FileInfo>("file") { Description = """A JSON file: {"name":"Cloud Galaxy","modules":[{"id":"finance","name":"Finance"}],"versions":[{"id":"9.2","supportEnds":"2028-12-31T00:00:00Z"}]}.""" };
        var list = new Command("list", "A line for each version of each product: its support, and until when.");
        list.Asks(signIn, async (_, api, output, cancellationToken) =>
        {
            foreach (JsonElement product in (await api.SendAsync(HttpMethod.Get, "products", null, cancellationToken)).EnumerateArray())
            {
                await output.WriteLineAsync($"{product.Text("id"),-24} {product.Text("name")}; modules: {string.Join(", ", product.GetProperty("modules").EnumerateArray().Select(static module => module.Text("id")))}");
                foreach (JsonElement version in product.GetProperty("versions").EnumerateArray())
                    await output.WriteLineAsync($"  {version.Text("id"),-22} {version.Text("state"),-10} support ends {version.Day("supportEnds")}");
            }
        });
        var put = new Command("put", "Registers a product from a file, or changes it as a whole.") { id, file };
        put.Asks(signIn, async (parsed, api, output, cancellationToken) =>
        {
            JsonElement done = await api.SendAsync(HttpMethod.Put, $"products/{Uri.EscapeDataString(parsed.GetValue(id)!)}", await ApiCommands.ReadJsonAsync(parsed.GetValue(file)!, cancellationToken), cancellationToken);
            await output.WriteLineAsync($"{done.Text("id")}: {done.GetProperty("versions").GetArrayLength()} versions, {done.GetProperty("modules").GetArrayLength()} modules");
        });
        var remove = new Command("remove", "Takes a product out of the register.") { id };
        remove.Asks(signIn, async (parsed, api, output, cancellationToken) =>
        {
            await api.SendAsync(HttpMethod.Delete, $"products/{Uri.EscapeDataString(parsed.GetValue(id)!)}", null, cancellationToken);
            await output.WriteLineAsync($"{parsed.GetValue(id)}: removed");
        });
        var command = new Command("products", "Lists, registers and removes products with their versions and modules.") { list, put, remove };
        signIn.AddTo(command);
        return command;
    }
}
