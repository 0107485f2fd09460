-- Sends requests that were signed in advance, each once: wrk -t1 -s wrk.lua URL -- FILE

local requests, sent = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    local at, signature, body = line:match("^(%S+) (%S+) (.*)$")
    requests[#requests + 1] = wrk.format("POST", nil, {
      ["Content-Type"] = "application/x-www-form-urlencoded",
      ["X-Slack-Request-Timestamp"] = at,
      ["X-Slack-Signature"] = signature,
    }, body)
  end
end

function request()
  sent = sent + 1
  if sent >= #requests then
    wrk.thread:stop()
  end
  return requests[math.min(sent, #requests)]
end

function done(summary, latency, _)
  local wrong = summary.errors
  print(string.format('{"requests": %d, "failed": %d, "p50": %.1f, "p99": %.1f}',
    summary.requests,
    wrong.connect + wrong.read + wrong.write + wrong.status + wrong.timeout,
    latency:percentile(50), latency:percentile(99)))
end
