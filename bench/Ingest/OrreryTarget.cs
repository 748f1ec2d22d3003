using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Orrery.Bench.Servers;

namespace Orrery.Bench.Ingest;

/// <summary>Our own server, made ready for a bench: signed in, with one tenant, site and key.</summary>
static class OrreryTarget
{
    const string Password = "bench-password-1";

    public static async Task<(ServerProcess Server, string Token, string Key)> StartAsync(string data)
    {
        ServerProcess server = await ServerProcess.StartOrreryAsync("demo", data, "--sites", "0", "--shops", "0", "--password", Password);
        using var http = new HttpClient { BaseAddress = server.Address };
        string token = (await PostAsync(http, "/api/v1/session", new { user = "admin", password = Password })).GetProperty("token").GetString()!;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await PostAsync(http, "/api/v1/tenants", new { id = "bench", name = "Bench" });
        await PostAsync(http, "/api/v1/tenants/bench/sites", new { id = "bench", name = "Bench" });
        string key = (await PostAsync(http, "/api/v1/tenants/bench/sites/bench/keys", new { name = "bench" })).GetProperty("text").GetString()!;
        return (server, token, key);
    }

    static async Task<JsonElement> PostAsync(HttpClient http, string path, object body)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync(path, body);
        string text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement
            : throw new InvalidOperationException($"POST {path} answered {(int)answer.StatusCode}: {text}");
    }
}
