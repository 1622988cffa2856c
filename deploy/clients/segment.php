<?php
// One request with PHP alone: php segment.php PICTURE CLASS…
// Prints each segment's class and area. SILHOUETTE_URL says where, SILHOUETTE_TOKEN who asks.

[, $picture, ] = $argv;
$classes = array_slice($argv, 2);
$url = getenv('SILHOUETTE_URL') ?: 'http://127.0.0.1:8080';
$fields = ['Content-Type: application/json'];
if ($token = getenv('SILHOUETTE_TOKEN')) {
    $fields[] = "Authorization: Bearer $token";
}
$body = json_encode(['image' => ['data' => base64_encode(file_get_contents($picture))], 'classes' => $classes]);
$context = stream_context_create(['http' => [
    'method' => 'POST',
    'header' => $fields,
    'content' => $body,
    'ignore_errors' => true, // answers with an error status have a body worth reading
    'timeout' => 60,
]]);
$text = file_get_contents("$url/v1/segment", false, $context);
if ($text === false) {
    exit(1);
}
$answer = json_decode($text, true);
if (!isset($answer['segments'])) {
    fwrite(STDERR, "{$answer['status']}: {$answer['detail']}\n");
    exit(1);
}
foreach ($answer['segments'] as $segment) {
    echo "{$segment['class']} {$segment['area']}\n";
}
